import address from '../style/icon.svg';

export const Icon = () => <img className="icon" src={address} alt="" width={28} height={28} />;
